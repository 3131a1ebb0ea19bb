using JSON3
c = JSON3.read(read("results/speed-curve/curve.json"))
write("reports/figures/fill_in.tex", "...")
