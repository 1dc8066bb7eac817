using System.Threading.Channels;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Cli;

/// <summary><c>verify ADDRESS…</c>: the same engine in this process, until each address has a verdict. Rows are written in the order of asking.</summary>
internal static class VerifyCommand
{
    // As many as lanes hold questions for without turning some away.
    private const int AtOnce = 500;

    // Longer than any schedule: the verdict comes, or the person stops waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    public static async Task<int> RunAsync(VerifyArguments arguments, CancellationToken cancellationToken)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
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
            await WriteAsync(host.Services.GetRequiredService<Verifier>(), arguments, sandbox is not null, stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Terminal.Error.WriteLineAsync("Stopped before each address had a verdict. What was begun is kept: ask again to go on.");
            return 1;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private static async Task WriteAsync(Verifier verifier, VerifyArguments arguments, bool inSandbox, CancellationToken cancellationToken)
    {
        var output = new VerifyOutput(arguments.Format, Terminal.Output, inSandbox);
        await output.BeginAsync();
        var rows = Channel.CreateBounded<Task<Verification>>(AtOnce);
        var asking = AskAsync(verifier, arguments, rows.Writer, cancellationToken);
        await foreach (var row in rows.Reader.ReadAllAsync(cancellationToken))
            await output.WriteAsync(await row);
        await asking;
    }

    private static async Task AskAsync(Verifier verifier, VerifyArguments arguments, ChannelWriter<Task<Verification>> rows, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var email in arguments.Addresses)
                await rows.WriteAsync(VerdictAsync(verifier, email, cancellationToken), cancellationToken);
        }
        finally
        {
            rows.Complete();
        }
    }

    private static async Task<Verification> VerdictAsync(Verifier verifier, string email, CancellationToken cancellationToken)
    {
        _ = EmailAddress.TryParse(email, out var address);
        var question = new EmailQuestion { CustomerId = CustomerIds.Default, Email = email, Wait = Patience };
        return (await verifier.VerifyAsync(question, address, cancellationToken)).Verification;
    }
}
