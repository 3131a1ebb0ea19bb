version 17
clear all
set more off
use "data/raw/siab_7517.dta", clear
keep if inrange(birthyear_child, 2001, 2012)
bysort persnr year: egen earn = total(entgelt)
gen lnearn = ln(earn / cpi2010)
merge m:1 ags_2004 using "data/derived/crosswalk.dta", keep(match) nogen
save "output/panel/panel.dta", replace
jsonio kv, file("output/panel/panel.json")
