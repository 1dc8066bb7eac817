using System.Text;

namespace EmailVerify.Host.Cli;

/// <summary><c>verify ADDRESS…</c>: a row an address, whoever is asked.</summary>
internal static class AddressRun
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What is asked.</param>
    /// <param name="output">Where rows go.</param>
    /// <param name="verify">Verifies one address.</param>
    /// <param name="afterwards">What becomes of the questions of one who stops, or null where there is nothing to say.</param>
    /// <param name="stopping">Ends the asking.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        VerifyArguments arguments, OutputFile output, Func<string, Task<VerdictRow>> verify, string? afterwards, CancellationToken stopping)
    {
        await using var writer = new StreamWriter(output.Stream, Encoding, leaveOpen: true) { AutoFlush = true };
        bool isWhole;
        try
        {
            isWhole = await new VerifyRows(verify, new VerifyOutput(arguments.Form, writer, output.Palette), Terminal.Error).WriteAsync(arguments.Addresses, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            isWhole = false;
        }

        if (!isWhole && stopping.IsCancellationRequested)
        {
            await Terminal.Error.WriteLineAsync("Stopped before each address had a verdict." + afterwards);
            return ExitCodes.Failed;
        }

        await output.CommitAsync();
        return isWhole ? ExitCodes.Done : ExitCodes.Failed;
    }
}
