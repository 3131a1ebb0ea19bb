test_that("weights sum up", expect_equal(sum(rep(1, 3)), 3))
