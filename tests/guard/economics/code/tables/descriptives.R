library(modelsummary)
datasummary_balance(~treated, panel, output = "draft/floats/tables/summary.tex")
