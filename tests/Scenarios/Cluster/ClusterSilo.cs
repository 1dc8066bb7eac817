using System.Diagnostics;
using System.Globalization;
using System.Net;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Cluster;

/// <summary>One process of the cluster: it may be killed, frozen, asked to end, and started again with the same egress.</summary>
/// <param name="name">What it is called.</param>
/// <param name="data">A folder that it may have.</param>
/// <param name="settings">Its settings.</param>
/// <param name="network">The namespace that it runs in; null is that of the tests.</param>
/// <param name="listensOn">The address at which it is asked.</param>
internal sealed class ClusterSilo(string name, string data, IReadOnlyDictionary<string, string> settings, string? network, string listensOn) : IAsyncDisposable
{
    private const int MostTries = 3;

    private Service? service;
    private int disturbances;

    public string Name => name;

    /// <summary>Gets or sets which version it is from its next start on.</summary>
    public string Executable { get; set; } = Service.Executable;

    /// <summary>Gets the running process.</summary>
    public Service Service => service ?? throw new InvalidOperationException($"{name} does not run.");

    /// <summary>Gets a value indicating whether callers are sent to it.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Gets how often it was made unable to answer. A call that saw another number when it began is nobody's fault but the test's.</summary>
    public int Disturbances => Volatile.Read(ref disturbances);

    /// <summary>Starts it and waits until it is ready; one that ends while it starts is started again, as whoever supervises it would.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; service is null; tries++)
        {
            try
            {
                service = await Service.StartAsync(Executable, data, settings, network, listensOn, cancellationToken);
            }
            catch (InvalidOperationException) when (tries < MostTries)
            {
                // On a machine that is busy with other things PostgreSQL may not answer in time.
            }
        }

        IsUp = true;
    }

    /// <summary>Says whether it has a connection from an address.</summary>
    public bool IsConnectedFrom(string address)
    {
        // The kernel writes an address as the number that its octets are in this machine's order; 01 is an open connection; the tenth column is what the process' descriptor names.
        var number = BitConverter.ToUInt32(IPAddress.Parse(address).GetAddressBytes()).ToString("X8", CultureInfo.InvariantCulture);
        var open = File.ReadLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1].StartsWith(number, StringComparison.Ordinal) && columns[3] is "01").Select(columns => $"socket:[{columns[9]}]").ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFiles($"/proc/{Service.Process.Id}/fd").Any(file => open.Contains(new FileInfo(file).LinkTarget ?? string.Empty));
    }

    /// <summary>Sends nobody to it any more.</summary>
    public void TakeOut() => IsUp = false;

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        Disturb();
        await Service.Process.KillAsync();
        await ClearAsync();
    }

    /// <summary>Freezes it: it has its connections and answers nothing.</summary>
    public void Freeze()
    {
        Disturb();
        Signal("STOP");
    }

    /// <summary>Says that the test is about to keep it from answering.</summary>
    public void Cut() => Disturb();

    /// <summary>Lets a frozen one go on.</summary>
    public void Thaw() => Signal("CONT");

    /// <summary>Asks it to end, and waits. Nobody is sent to it any more, and whoever waits there for an answer is to get one.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> TerminateAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        TakeOut();
        await Service.Process.TerminateAsync(cancellationToken);
        var took = Stopwatch.GetElapsedTime(began);
        await ClearAsync();
        return took;
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await Service.Process.ExitAsync(cancellationToken);
        var code = Service.Process.ExitCode;
        await ClearAsync();
        return code;
    }

    public async ValueTask DisposeAsync()
    {
        IsUp = false;
        if (service is not null)
            await service.DisposeAsync();
        service = null;
    }

    private void Disturb()
    {
        IsUp = false;
        _ = Interlocked.Increment(ref disturbances);
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, Service.Process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    // What it printed is worth reading when a test fails.
    private async Task ClearAsync()
    {
        if (Environment.GetEnvironmentVariable("EMAILVERIFY_LOGS") is { Length: > 0 } logs)
            await File.AppendAllLinesAsync(Path.Combine(logs, name + ".log"), [.. Service.Process.Output]);
        await Service.DisposeAsync();
        service = null;
    }
}
