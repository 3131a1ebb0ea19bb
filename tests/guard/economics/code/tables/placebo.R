library(kableExtra)
save_kable(tab, "draft/floats/tables/placebo.tex")
