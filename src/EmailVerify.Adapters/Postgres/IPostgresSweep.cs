namespace EmailVerify.Adapters.Postgres;

/// <summary>Something that is removed or made ready from time to time, on one silo at a time.</summary>
internal interface IPostgresSweep
{
    /// <summary>Gets from one time to the next, at least a minute. Default: an hour.</summary>
    TimeSpan Every => Sweeper.Hourly;

    /// <summary>Does it. What is left is done the next time.</summary>
    Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
