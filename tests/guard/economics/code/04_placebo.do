use "output/panel/panel.dta", clear
replace first_treat = first_treat - 5
