using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using EmailVerify.Adapters.Doctor;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Doctor;

namespace EmailVerify.Host.Hosting;

/// <summary>How the doctor looks at this installation.</summary>
/// <param name="InFull">Looks at everything.</param>
/// <param name="AtAGlance">Looks in some seconds at what would make nearly every answer <c>unknown</c>, before a person waits for it.</param>
internal sealed record Examination(Func<CancellationToken, Task<DoctorReport>> InFull, Func<CancellationToken, Task<DoctorReport>> AtAGlance)
{
    private static readonly TimeSpan PatienceOfPersons = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PatienceWithPages = TimeSpan.FromSeconds(2);

    /// <summary>Makes the examination of a running engine.</summary>
    public static Examination Of(EmailVerifyOptions options, World world, OpenedData data, string rules, TimeProvider clock) =>
        Of(options, world, rules, clock, () => data.ExamineAsync(clock), knocks: false);

    /// <summary>Makes the examination that a person has asked for: also without an egress it is seen whether port 25 is open.</summary>
    /// <param name="stored">What was found of disk and database: the folder is not held while the network is looked at, or a service could not start meanwhile.</param>
    public static Examination ByPerson(EmailVerifyOptions options, World world, ImmutableArray<Check> stored, string rules, TimeProvider clock) =>
        Of(options, world, rules, clock, () => Task.FromResult(stored), knocks: true);

    /// <summary>Looks at disk and database of a folder that need not be there yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="database">The database file, or null while there is none.</param>
    /// <param name="clock">The clock.</param>
    public static async Task<ImmutableArray<Check>> StorageAsync(string folder, string? database, TimeProvider clock) =>
    [
        MachineDoctor.Disk(ThatIsThere(folder), DiskFloor.MinFree),
        database is null ? SqliteHealth.NotMade : await SqliteHealth.LookAsync(database, PatienceWithPages, clock),
    ];

    private static Examination Of(EmailVerifyOptions options, World world, string rules, TimeProvider clock, Func<Task<ImmutableArray<Check>>> storage, bool knocks)
    {
        var random = new Random();
        return new Examination(InFullAsync, AtAGlanceAsync);

        async Task<DoctorReport> InFullAsync(CancellationToken cancellationToken)
        {
            var network = new NetworkDoctor(world.ForDoctor, random, clock) { KnocksWithoutEgress = knocks }.ExamineAsync(cancellationToken);
            var stored = storage();
            ImmutableArray<Check> checks =
                [.. await network, .. await stored, MachineDoctor.Descriptors(options.MaxSessions), MachineDoctor.Clock(), Unicode(), Version(rules)];
            return new DoctorReport(clock.GetUtcNow(), checks);
        }

        async Task<DoctorReport> AtAGlanceAsync(CancellationToken cancellationToken)
        {
            var checks = await new NetworkDoctor(world.ForDoctor, random, clock) { Patience = PatienceOfPersons }.GlanceAsync(cancellationToken);
            return new DoctorReport(clock.GetUtcNow(), checks);
        }
    }

    // The first start makes the folder on the disk of what is above it.
    private static string ThatIsThere(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        return folder;
    }

    private static Check Unicode()
    {
        const string Why = "Domains beyond ASCII are turned into the form that the DNS knows by the library ICU.";
        return Idn.IsUsable
            ? new Check(CheckIds.Unicode, CheckState.Ok, "ICU is there: international domains are read.", Why)
            : new Check(CheckIds.Unicode, CheckState.Failed, "ICU is missing: international domains cannot be read.", Why) { Cure = "Install libicu, and do not set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT." };
    }

    private static Check Version(string rules)
    {
        var product = typeof(Examination).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        return new Check(
            CheckIds.Version,
            CheckState.Ok,
            $"emailverify {product} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, with rules {rules}.",
            "Verdicts name the rules that they were made by; a question to the maintainers needs all of it.");
    }
}
