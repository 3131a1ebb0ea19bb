import matplotlib.pyplot as plt

fig = plt.figure()
fig.savefig("manuscript/figures/generated/panel_small.pdf")
fig.savefig("manuscript/figures/generated/panel_large.pdf")
fig.savefig("manuscript/figures/scaling.pdf")
