namespace EmailVerify.Scenarios.Documents;

/// <summary>What a reader is told to type, and what is printed then.</summary>
/// <param name="Command">What is typed.</param>
internal sealed record Block(string Command)
{
    /// <summary>Gets what is printed, or null where nothing is said of it. <c>…</c> stands for what differs: within a line, and alone in a line for lines.</summary>
    public string? Output { get; init; }

    /// <summary>Gets a value indicating whether the output is JSON, shown with more line breaks than it has.</summary>
    public bool IsJson { get; init; }

    /// <summary>Gets what it ends with.</summary>
    public int ExitCode { get; init; }

    /// <summary>Gets why no test can do it, or null where one does.</summary>
    public string? NotRun { get; init; }

    /// <summary>Gets a value indicating whether it starts the service of the document, which goes on while the reader types the rest elsewhere.</summary>
    public bool IsService => Command.TrimEnd() is "emailverify serve --sandbox" or "dotnet run --project src/EmailVerify.Host -- --sandbox";
}
