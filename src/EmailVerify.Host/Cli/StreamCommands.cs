namespace EmailVerify.Host.Cli;

/// <summary>The commands that turn standard input into standard output, line by line: <c>replies</c> and <c>addresses</c>.</summary>
internal static class StreamCommands
{
    /// <summary>Runs one.</summary>
    public static async Task<int> RunAsync(Func<Stream, Stream, CancellationToken, Task> engine, CancellationToken cancellationToken)
    {
        await using var input = Terminal.OpenInput();
        await using var output = Terminal.OpenOutput();
        await engine(input, output, cancellationToken);
        return ExitCodes.Done;
    }
}
