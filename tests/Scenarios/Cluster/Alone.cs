namespace EmailVerify.Scenarios.Cluster;

/// <summary>Tests that want the machine for themselves: they hold what they see to seconds.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
