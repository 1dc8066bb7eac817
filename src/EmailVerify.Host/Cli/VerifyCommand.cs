using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary><c>verify ADDRESS…</c>: the same engine in this process, until each address has a verdict.</summary>
internal static class VerifyCommand
{
    // Longer than any schedule: the verdict comes, or the person stops waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    public static async Task<int> RunAsync(VerifyArguments arguments, CancellationToken cancellationToken)
    {
        var builder = Settings.CreateHost();
        var options = Settings.Read(arguments.Common, builder.Configuration);
        await using var data = OpenedData.Open(options);
        await using var sandbox = await Settings.StartSandboxAsync(options, cancellationToken);

        builder.Logging.AddErrorLines();
        builder.AddEngine(options, World.Of(options, sandbox), data);
        builder.Services.AddVerifier();
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            // Whoever stops us waits no longer, and what was begun is durable before we end.
            await using var draining = stop.Token.Register(host.Services.GetRequiredService<ServiceState>().Drain);
            var verifier = host.Services.GetRequiredService<Verifier>();
            var rows = new VerifyRows(
                email => VerdictAsync(verifier, email, sandbox is not null), new VerifyOutput(arguments.Format, Terminal.Output), Terminal.Error);
            if (await rows.WriteAsync(arguments.Addresses, stop.Token))
                return 0;
            if (stop.IsCancellationRequested)
                await Terminal.Error.WriteLineAsync("Stopped before each address had a verdict." + (options.IsDataTemporary ? null : " What was begun is kept: ask again to go on."));
            return 1;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    // A row is the question's: other spellings of the address, and earlier questions, share its verdict.
    private static async Task<VerificationView> VerdictAsync(Verifier verifier, string email, bool inSandbox)
    {
        _ = EmailAddress.TryParse(email, out var address);
        var question = new EmailQuestion { CustomerId = CustomerIds.Default, Email = email, Wait = Patience };
        var answer = await verifier.VerifyAsync(question, address, CancellationToken.None);
        return new VerificationView(answer.Verification, email, Tag: null, address, answer.FromCache, ShowsEvidence: true, inSandbox);
    }
}
