using System.Net;
using EmailVerify.Adapters.Smtp;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Adapters.Tests.Smtp;

/// <summary>Opens sessions to a host of these tests.</summary>
internal static class Asking
{
    /// <summary>Long enough that a busy machine does not run into it, unless a test shortens a step.</summary>
    public static readonly ProbeTimeouts Patient = new();

    public static ValueTask<SessionOpening> OpenAsync(MailHost host, ProbeTimeouts? timeouts = null, TlsMode tls = TlsMode.Opportunistic, IPAddress? from = null)
    {
        var dialer = new SocketDialer(host.Port, IPAddress.IsLoopback, TimeProvider.System);
        var opener = new SessionOpener(dialer, Read, TimeProvider.System);
        var setup = new SessionSetup(new Egress("eg-1", from, "probe.example", "verify@probe.example"), new ProviderPolicy { Name = "test" }, tls, timeouts ?? Patient);
        return opener.OpenAsync([new Exchanger("mx.example", 10, [IPAddress.Loopback])], setup, TestContext.Current.CancellationToken);
    }

    public static async Task<SmtpSession> ReadyAsync(MailHost host, ProbeTimeouts? timeouts = null, TlsMode tls = TlsMode.Opportunistic, IPAddress? from = null) =>
        Assert.IsType<SmtpSession>(Assert.IsType<SessionOpening.Ready>(await OpenAsync(host, timeouts, tls, from)).Session);

    public static async Task<LossCause> LossAsync(MailHost host, ProbeTimeouts? timeouts = null, TlsMode tls = TlsMode.Opportunistic) =>
        Assert.IsType<ProbeOutcome.Lost>(Assert.IsType<SessionOpening.Failed>(await OpenAsync(host, timeouts, tls)).Outcome).Cause;

    private static ReplyFinding Read(ReplyContext context) =>
        new(context.Reply.IsPositive ? ReplyMeaning.MailboxExists : ReplyMeaning.NoSuchMailbox, "fake");
}

/// <summary>Permits that let everything go and number the decoys.</summary>
internal sealed class NumberedDecoys : ISessionPermits
{
    public bool WishesDecoys => true;

    public ValueTask PaceAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<string?> DecoyAsync(int number) => ValueTask.FromResult<string?>($"decoy{number}");
}
