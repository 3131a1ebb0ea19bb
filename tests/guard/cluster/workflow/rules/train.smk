rule train:
    input: "configs/sweep/{variant}.yaml"
    output: "results/train-sweep/{variant}.json"
    resources: runtime=720, mem_mb=64000, slurm_extra="--gres=gpu:a100:1"
    shell: "sbatch --wait jobs/train.sbatch {input}"
