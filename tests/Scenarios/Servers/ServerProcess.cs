using System.Collections.Concurrent;
using System.Diagnostics;

namespace EmailVerify.Scenarios.Servers;

/// <summary>A real process that a test started, and ends again by its id.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Gets what it printed, both streams, in order.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Gets the processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Gets the resident set in octets.</summary>
    public long ResidentSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="core">The one core that it runs on from its first instruction, so that its runtime counts one; null leaves the choice to the system.</param>
    /// <param name="network">The namespace that it runs in, of <c>Networks</c>; null is that of this process.</param>
    public static ServerProcess Start(string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, int? core = null, string? network = null)
    {
        if (core is { } only)
            (command, arguments) = ("taskset", ["--cpu-list", only.ToString(System.Globalization.CultureInfo.InvariantCulture), command, .. arguments]);
        if (network is not null)
            (command, arguments) = ("ip", ["netns", "exec", network, command, .. arguments]);
        var start = new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        var server = new ServerProcess(new Process { StartInfo = start });
        server.process.OutputDataReceived += server.Keep;
        server.process.ErrorDataReceived += server.Keep;
        _ = server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a command to its end; a failure tells what it printed.</summary>
    public static Task RunAsync(string command, params string[] arguments) => OutputOfAsync(command, arguments);

    /// <summary>Gets what a command prints, run to its end; a failure tells that, too.</summary>
    public static async Task<string> OutputOfAsync(string command, params string[] arguments)
    {
        await using var run = Start(command, arguments);
        await run.process.WaitForExitAsync();
        var output = string.Join('\n', run.Output);
        return run.ExitCode == 0 ? output : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} ended with {run.ExitCode}: {output}");
    }

    /// <summary>Waits for a line that it prints.</summary>
    public async Task<string> PrintsAsync(Func<string, bool> line, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Output.FirstOrDefault(line) is { } found)
                return found;
            if (process.HasExited)
                throw new InvalidOperationException($"It ended with {process.ExitCode} before it printed that: {string.Join('\n', Output)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Gets a question about one of its threads: does it work now, or wait for the disk? Its state in Linux says so: R and D; S is to have nothing to do.</summary>
    public Func<bool> WorksOf(string thread)
    {
        var state = Directory.EnumerateDirectories($"/proc/{process.Id}/task")
            .Select(task => Path.Combine(task, "stat"))
            .Single(stat => File.ReadAllText(stat).Contains($"({thread})", StringComparison.Ordinal));
        return () => File.ReadAllText(state) is var stat && stat[stat.LastIndexOf(')') + 2] != 'S';
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks it to end and waits.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(cancellationToken);
    }

    public Task ExitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
            Output.Enqueue(text);
    }
}
