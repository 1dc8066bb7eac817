namespace EmailVerify.Adapters.Postgres;

/// <summary>Something that is removed or made ready from time to time, on one silo at a time.</summary>
internal interface IPostgresSweep
{
    /// <summary>Does it. What is left is done the next time.</summary>
    Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
