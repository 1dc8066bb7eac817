using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary><c>verify</c>: the same engine in this process, until each address or each row of a file has a verdict.</summary>
internal static class VerifyCommand
{
    // Longer than any schedule: the verdict comes, or the person stops waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    public static async Task<int> RunAsync(VerifyArguments arguments, CancellationToken cancellationToken)
    {
        await using var output = OutputFile.Open(arguments.Output, Terminal.OpenOutput);
        try
        {
            return arguments.Server is null
                ? await RunHereAsync(arguments, output, cancellationToken)
                : await ServerVerifyCommand.RunAsync(arguments, output, cancellationToken);
        }
        catch (IOException failure)
        {
            throw new CommandRefusedException(ExitCodes.Failed, $"The results cannot be written, or a file not be read: {failure.Message}");
        }
    }

    private static async Task<int> RunHereAsync(VerifyArguments arguments, OutputFile output, CancellationToken cancellationToken)
    {
        var builder = Settings.CreateHost();
        var options = Settings.Read(arguments.Common, builder.Configuration);
        await using var data = OpenedData.Open(options);
        await using var file = arguments.File is { } path ? await SourceFile.OpenAsync(path, arguments.Column, Terminal.OpenInput, cancellationToken) : null;
        await using var sandbox = await Settings.StartSandboxAsync(options, cancellationToken);

        builder.Logging.AddErrorLines();
        builder.AddEngine(options, World.Of(options, sandbox), data);
        builder.Services.AddVerifier().AddBatchWork();
        using var host = builder.Build();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new CommandRefusedException(ExitCodes.Failed, "Stopped before the work began.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            // Whoever stops us waits no longer, and what was begun is durable before we end.
            await using var draining = stop.Token.Register(host.Services.GetRequiredService<ServiceState>().Drain);
            var clock = host.Services.GetRequiredService<TimeProvider>();
            var doctor = host.Services.GetRequiredService<DoctorDesk>();
            await ForewarnAsync(doctor, data.Folder, clock, stop.Token);
            if (file is not null)
            {
                var report = new ProgressReport(Terminal.Error, () => Terminal.Width, clock);
                var place = new LocalBatch(host.Services, sandbox is not null, isKept: !options.IsDataTemporary);
                return await new FileRun(place, report, Terminal.Error, clock).RunAsync(file, arguments.Column, output, arguments.Form, Pace, stop.Token);
            }

            var verifier = host.Services.GetRequiredService<Verifier>();
            return await AddressRun.RunAsync(
                arguments,
                output,
                email => VerdictAsync(verifier, email, sandbox is not null, doctor),
                options.IsDataTemporary ? null : " What was begun is kept: ask again to go on.",
                stop.Token);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    // A row is the question's: other spellings of the address, and earlier questions, share its verdict.
    private static async Task<VerdictRow> VerdictAsync(Verifier verifier, string email, bool inSandbox, DoctorDesk doctor)
    {
        _ = EmailAddress.TryParse(email, out var address);
        var question = new EmailQuestion { CustomerId = CustomerIds.Default, Email = email, Wait = Patience };
        var answer = await verifier.VerifyAsync(question, address, CancellationToken.None);
        return VerdictRow.Of(new VerificationView(answer.Verification, email, Tag: null, address, answer.FromCache, ShowsEvidence: true, inSandbox) { Doctor = doctor.Last });
    }

    // Whoever stops us while we look is told so by the work that does not begin.
    private static async Task ForewarnAsync(DoctorDesk doctor, string? folder, TimeProvider clock, CancellationToken stopping)
    {
        try
        {
            await Forewarning.TellAsync(doctor, folder, Terminal.Error, clock, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }
}
