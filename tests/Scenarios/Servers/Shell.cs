using System.Diagnostics;

namespace EmailVerify.Scenarios.Servers;

/// <summary>A bash as of somebody who has just moved in: a home of their own, and <c>emailverify</c> in the path.</summary>
/// <param name="home">Its home, where it starts.</param>
internal sealed class Shell(string home)
{
    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The script.</param>
    /// <param name="environment">What else is in the environment.</param>
    public async Task<Command> RunAsync(string script, CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "--noprofile", "-s"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = home,
        };
        start.Environment["HOME"] = home;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Path.GetFullPath(Service.Executable))}:{start.Environment["PATH"]}";
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("EmailVerify__", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
            _ = start.Environment.Remove(inherited);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(script.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new Command(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
