library(sf)
# shapes: https://gdz.bkg.bund.de
ggsave("draft/floats/figures/map.pdf")
