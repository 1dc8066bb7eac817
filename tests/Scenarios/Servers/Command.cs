using System.Diagnostics;

namespace EmailVerify.Scenarios.Servers;

/// <summary>A command of the executable, run to its end.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    /// <summary>Gets the lines of its standard output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Runs a command.</summary>
    /// <param name="input">Its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Command> RunAsync(string input, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(Service.Executable, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (!arguments.Contains("--server", StringComparer.Ordinal))
        {
            var data = Array.IndexOf(arguments, "--data") is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
            foreach (var (name, value) in await RunProfile.SettingsAsync(data))
                start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new Command(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
