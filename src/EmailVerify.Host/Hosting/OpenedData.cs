using System.Collections.Immutable;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Hosting;

/// <summary>All that outlives the process, opened and at the newest schema: a data folder, or the database of a cluster.</summary>
internal abstract class OpenedData : IAsyncDisposable
{
    /// <summary>Gets what stays the same for its life.</summary>
    public abstract Installation Installation { get; }

    /// <summary>Gets a value indicating whether this opening made the installation.</summary>
    public abstract bool IsNew { get; }

    /// <summary>Gets what and where it is, for a person: <c>Data folder: …</c> or <c>Database: …</c>, without a secret.</summary>
    public abstract string Place { get; }

    /// <summary>Gets the path of the data folder; null where there is none.</summary>
    public abstract string? Folder { get; }

    /// <summary>Gets the keys.</summary>
    public abstract IKeyStore Keys { get; }

    /// <summary>Gets what judging everything again works on.</summary>
    public abstract IRejudgeStore Rejudging { get; }

    /// <summary>Opens what a configuration names.</summary>
    /// <param name="options">The configuration.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static OpenedData Open(EmailVerifyOptions options) => options.Cluster is { } cluster ? OpenedDatabase.Open(cluster, options.Kind) : OpenedFolder.Open(options);

    /// <summary>Opens what a configuration names, also beside a service that works in it.</summary>
    /// <param name="options">The configuration.</param>
    /// <exception cref="CommandRefusedException">It cannot be used; the message says why, and what to do.</exception>
    public static OpenedData OpenOrVisit(EmailVerifyOptions options) => options.Cluster is { } cluster ? OpenedDatabase.Open(cluster, options.Kind) : OpenedFolder.OpenOrVisit(options);

    /// <summary>Adds the stores of Core's ports.</summary>
    public abstract void AddStores(IServiceCollection services);

    /// <summary>Adds what protects the cookies of who is signed in.</summary>
    public abstract void AddSessionKeys(IServiceCollection services);

    /// <summary>Gives a silo its place in a cluster, grain storage and reminders.</summary>
    public abstract void UseOrleans(ISiloBuilder silo);

    /// <summary>Says whether there is room for what is to be written, as readiness asks. It waits for nothing.</summary>
    public abstract bool HasRoom();

    /// <summary>Has the doctor look at it.</summary>
    public abstract Task<ImmutableArray<Check>> ExamineAsync(TimeProvider clock);

    /// <summary>Says why it is not to be changed by who must be alone with it; null when it may be.</summary>
    public abstract string? WhyNotAlone();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>A command cannot be done; the message is for the person who gave it.</summary>
internal sealed class CommandRefusedException(int exitCode, string message) : Exception(message)
{
    /// <summary>Gets the exit code.</summary>
    public int ExitCode => exitCode;
}
