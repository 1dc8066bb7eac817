namespace EmailVerify.Scenarios.Servers;

/// <summary>Debian's OpenSMTPD.</summary>
/// <remarks>
/// <c>opensmtpd.test</c>: alice exists. <c>users.test</c>: every user of the machine exists, which is alice. <c>all.test</c> accepts everything.
/// It knows no quota, no closed account and no greylisting at RCPT. It offers STARTTLS, and Debian 12's (6.8 with OpenSSL 3) fails in every handshake for
/// want of the private key, whatever its kind: a real host where only the try in clear text is answered.
/// </remarks>
public sealed class OpenSmtpdServer() : MailServer("opensmtpd")
{
    private const int FirstUserId = 65_530;

    private ServerProcess? smtpd;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Log => [.. smtpd!.Output];

    private protected override async Task<ServerProcess?> StartAsync()
    {
        var jail = await Jail.MakeAsync("opensmtpd", Files);
        foreach (var path in new[] { "var/lib/opensmtpd/empty", "var/run", "home/alice", "etc/smtpd" })
            _ = jail.Make(path);
        jail.AddUser("alice", FirstUserId, "/home/alice");
        jail.AddUser("opensmtpd", FirstUserId + 1, "/var/lib/opensmtpd/empty");
        jail.AddUser("opensmtpq", FirstUserId + 2, "/");
        await ServerProcess.RunAsync("chmod", "711", jail.Make("var/spool/smtpd"));
        await MakeCertificateAsync(jail["etc/smtpd/key.pem"], jail["etc/smtpd/cert.pem"]);
        await ServerProcess.RunAsync("chmod", "600", jail["etc/smtpd/key.pem"]);
        jail.Write("etc/smtpd.conf", Invariant($$"""
            pki {{Dnsmasq.Exchanger}} cert "/etc/smtpd/cert.pem"
            pki {{Dnsmasq.Exchanger}} key "/etc/smtpd/key.pem"
            table mailboxes { "alice@opensmtpd.test" = "alice", "@all.test" = "alice" }
            listen on 127.0.0.1 port {{SmtpPort}} hostname {{Dnsmasq.Exchanger}} tls pki {{Dnsmasq.Exchanger}}
            action "keep" maildir virtual <mailboxes>
            action "users" maildir
            match from any for domain { "opensmtpd.test", "all.test" } action "keep"
            match from any for domain "users.test" action "users"

            """));
        Name("opensmtpd.test", "users.test", "all.test", "relay.test");
        return smtpd = jail.Start("/usr/sbin/smtpd", "-d");
    }

    private protected override async Task StopAsync()
    {
        if (smtpd is null)
            return;
        await smtpd.TerminateAsync(CancellationToken.None);
        await smtpd.DisposeAsync();
    }
}
