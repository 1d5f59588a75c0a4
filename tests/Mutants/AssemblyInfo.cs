// The matrix and the variants each take the whole machine, and judge times.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
