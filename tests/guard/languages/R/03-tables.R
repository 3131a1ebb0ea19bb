modelsummary::modelsummary(fits, output = "article/tab/coefficients.tex")
modelsummary::modelsummary(fits, output = "article/tab/coefficients.docx")
