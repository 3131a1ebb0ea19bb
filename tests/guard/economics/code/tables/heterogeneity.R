h <- jsonlite::fromJSON("output/heterogeneity/by_education.json")
cat(sprintf("\\newcommand{\\hetLow}{%.3f}\n", h$low$b), file = "draft/floats/numbers.tex")
