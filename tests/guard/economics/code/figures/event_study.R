library(ggplot2)
est <- jsonlite::fromJSON("output/event_study/estimates.json")$estimates
p <- ggplot(est, aes(k, b)) + geom_pointrange(aes(ymin = b - 1.96 * se, ymax = b + 1.96 * se)) +
  geom_vline(xintercept = -1, linetype = 2) + labs(x = "Years since entitlement", y = NULL)
ggsave("draft/floats/figures/event_study.pdf", p, width = 5, height = 3)
ggsave("draft/floats/figures/pretrends.pdf", p %+% subset(est, k < 0), width = 5, height = 3)
write.csv(est, "draft/floats/figures/event_study.csv", row.names = FALSE)
