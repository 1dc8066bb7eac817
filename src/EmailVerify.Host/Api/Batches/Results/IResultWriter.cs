namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Writes results in one of their forms.</summary>
internal interface IResultWriter
{
    /// <summary>Writes what comes before the first row.</summary>
    void Begin();

    /// <summary>Writes a row.</summary>
    void Write(in ShownResult result);

    /// <summary>Writes what comes after the last row.</summary>
    /// <param name="next">Where the next page begins, or null.</param>
    void End(string? next);
}
