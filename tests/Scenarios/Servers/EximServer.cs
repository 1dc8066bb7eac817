namespace EmailVerify.Scenarios.Servers;

/// <summary>Debian's Exim.</summary>
/// <remarks>
/// <c>exim.test</c>: alice exists, <c>full</c> is over its quota, <c>disabled</c> is closed. <c>all.test</c> accepts everything.
/// <c>grey.test</c>: alice exists, strangers are put off for two seconds. Any other domain is refused as a relay; <c>relay.test</c> points here all the same.
/// </remarks>
public sealed class EximServer() : MailServer("exim")
{
    private const int UserId = 65_533;

    private Jail jail = null!;
    private ServerProcess? exim;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Log => File.ReadAllLines(jail["log/main"]);

    private protected override async Task<ServerProcess?> StartAsync()
    {
        jail = await Jail.MakeAsync("exim4-daemon-light", Files);
        jail.AddUser("Debian-exim", UserId, "/spool");
        var own = Invariant($"{UserId}:{UserId}");
        _ = jail.Make("etc/exim4");
        await MakeCertificateAsync(jail["etc/exim4/key.pem"], jail["etc/exim4/cert.pem"]);
        await ServerProcess.RunAsync("chown", own, jail.Make("spool"), jail.Make("log"), jail["etc/exim4/key.pem"]);
        jail.Write("etc/exim4/exim4.conf", Configuration());
        Name("exim.test", "all.test", "grey.test", "relay.test");
        return exim = jail.Start("/usr/sbin/exim4", "-bdf");
    }

    private protected override async Task StopAsync()
    {
        if (exim is not null)
            await exim.DisposeAsync();
    }

    // "!seen = -2s": not seen more than two seconds ago.
    private string Configuration() => Invariant($$"""
        primary_hostname = {{Dnsmasq.Exchanger}}
        daemon_smtp_ports = {{SmtpPort}}
        local_interfaces = 127.0.0.1
        keep_environment =
        spool_directory = /spool
        log_file_path = /log/%s
        log_selector = +all
        host_lookup =
        rfc1413_hosts =
        tls_advertise_hosts = *
        tls_certificate = /etc/exim4/cert.pem
        tls_privatekey = /etc/exim4/key.pem
        domainlist ours = exim.test : all.test : grey.test
        acl_smtp_rcpt = recipient
        acl_smtp_predata = data

        begin acl
        recipient:
          deny domains = !+ours
               message = relay not permitted
          deny local_parts = full
               message = 552 5.2.2 The mailbox is over its quota
          deny local_parts = disabled
               message = 550 5.2.1 This account is disabled
          defer domains = grey.test
                !seen = -2s / key=$sender_host_address,$sender_address,$local_part@$domain
                message = Greylisted, please come back in a moment
          require verify = recipient
          accept
        data:
          deny message = No message is taken here

        begin routers
        everyone:
          driver = accept
          domains = all.test
          transport = nowhere
        users:
          driver = accept
          local_parts = alice
          transport = nowhere

        begin transports
        nowhere:
          driver = appendfile
          file = /dev/null
          user = Debian-exim

        """);
}
