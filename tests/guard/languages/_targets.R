library(targets)
tar_source("R")
list(
  tar_target(clean, clean_waves("data"), format = "file"),
  tar_target(forest, forest_plot("results/model/fit.json", "article/fig/forest.pdf"), format = "file")
)
