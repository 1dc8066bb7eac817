namespace EmailVerify.Adapters.Postgres;

/// <summary>What one process at a time does, by the number of its lock. That of the migrations is Evolve's own.</summary>
internal static class AdvisoryLock
{
    /// <summary>Makes and drops partitions.</summary>
    public const long Partitions = 7_303_014_460_001;

    /// <summary>Removes what is of no more use.</summary>
    public const long Sweep = 7_303_014_460_002;
}
