import json

json.dump({}, open("results/bench-throughput/throughput.json", "w"))
