// One after the other: a cluster that works beside another would take turns that the driver of fake time counts.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
