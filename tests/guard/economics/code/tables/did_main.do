esttab es1 es2 using "draft/floats/tables/did_main.tex", replace booktabs fragment se star(* 0.10 ** 0.05 *** 0.01)
