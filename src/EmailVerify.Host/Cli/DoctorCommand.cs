using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Replies;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary>
/// <c>doctor</c>: whether this machine can verify, and what to do about what it cannot. It also looks beside a service that works in the folder, or has a service look.
/// The exit code tells the verdict, as <see cref="ExitCodes"/> says.
/// </summary>
internal static class DoctorCommand
{
    public static async Task<int> RunAsync(DoctorArguments arguments, CancellationToken cancellationToken)
    {
        var report = arguments.Server is null ? await LookHereAsync(arguments.Common, cancellationToken) : await AskAsync(arguments, cancellationToken);
        await Terminal.Output.WriteAsync(arguments.IsJson ? Encoding.UTF8.GetString(JsonAnswer.Render(report, DoctorWriter.Write)) + "\n" : DoctorText.Of(report, Terminal.OutputPalette));
        return report.Verdict switch
        {
            DoctorVerdict.Able => ExitCodes.Done,
            DoctorVerdict.Degraded => ExitCodes.Degraded,
            DoctorVerdict.Unable => ExitCodes.Unable,
            var verdict => throw new InvalidOperationException($"Not a verdict: {verdict}"),
        };
    }

    private static async Task<DoctorReport> LookHereAsync(CommonArguments arguments, CancellationToken cancellationToken)
    {
        var options = Settings.Read(arguments, Settings.CreateHost().Configuration);
        var stored = await StoredAsync(options);
        await using var sandbox = await Settings.StartSandboxAsync(options, cancellationToken);
        return await Examination.ByPerson(options, World.Of(options, sandbox), stored, ReplyRules.Default.Version, TimeProvider.System).InFull(cancellationToken);
    }

    // What is wrong with the folder is one of the things to be told. Nothing is made or migrated by looking; a sandbox's own folder is made to be looked at, and goes at once.
    private static async Task<ImmutableArray<Check>> StoredAsync(EmailVerifyOptions options)
    {
        try
        {
            if (options.Cluster is { } cluster)
                return [await PostgresHealth.LookAsync(cluster.Postgres, options.Kind)];
            if (options.IsDataTemporary)
            {
                await using var data = OpenedData.Open(options);
                return await data.ExamineAsync(TimeProvider.System);
            }

            var (folder, database) = OpenedFolder.Find(options);
            return await Examination.StorageAsync(folder, database, TimeProvider.System);
        }
        catch (CommandRefusedException refused)
        {
            return [SqliteHealth.Unusable(refused.Message)];
        }
    }

    private static async Task<DoctorReport> AskAsync(DoctorArguments arguments, CancellationToken cancellationToken)
    {
        using var server = new ServerClient(arguments.Server!, ServerClient.KeyOf(arguments.Key), TimeProvider.System);
        return Read(await server.ReadAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri(DoctorWriter.Path[1..], UriKind.Relative)), cancellationToken));
    }

    private static DoctorReport Read(JsonElement answer)
    {
        try
        {
            var verdict = answer.GetProperty("verdict").GetString();
            return new DoctorReport(answer.GetProperty("at").GetDateTimeOffset(), [.. answer.GetProperty("checks").EnumerateArray().Select(check => ReadCheck(check, verdict))]);
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandRefusedException(ExitCodes.Failed, "The service answered with something that is no report of a doctor: is it of this version?");
        }
    }

    // What stops the work is in the service's verdict: of what failed there, the same checks stop it here.
    private static Check ReadCheck(JsonElement check, string? verdict) => new(
        check.GetProperty("id").GetString()!,
        Words.TryParse<CheckState>(check.GetProperty("state").GetString(), out var state) ? state : throw new FormatException(),
        check.GetProperty("seen").GetString()!,
        check.GetProperty("why").GetString()!)
    {
        Cure = check.GetProperty("cure").GetString(),
        Subject = check.GetProperty("subject").GetString(),
        StopsWork = state is CheckState.Failed && verdict is "unable",
    };
}
