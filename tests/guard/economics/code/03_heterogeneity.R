#!/usr/bin/env Rscript
suppressPackageStartupMessages({library(fixest); library(jsonlite); library(dplyr)})
args <- commandArgs(trailingOnly = TRUE)
panel <- haven::read_dta("output/panel/panel.dta")
fit <- function(d) coeftable(feols(lnearn ~ treated | persnr + year, d, cluster = ~ags_2012))
out <- panel |> split(~education) |> lapply(fit)
write_json(out, "output/heterogeneity/by_education.json", auto_unbox = TRUE)
