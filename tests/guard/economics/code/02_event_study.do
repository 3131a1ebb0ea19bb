version 17
use "output/panel/panel.dta", clear
csdid lnearn, ivar(persnr) time(year) gvar(first_treat) method(dripw) wboot reps(999) rseed(20240303)
estat event, estore(es)
esttab es using "output/event_study/estimates.csv", replace plain
