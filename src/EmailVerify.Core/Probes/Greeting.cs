using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>Why a host does not get to be asked.</summary>
/// <param name="Stage">The stage it ended in.</param>
/// <param name="Heard">The refusing reply, or the cause without one.</param>
/// <param name="Finding">What the reply means; null without one.</param>
internal sealed record Setback(SmtpStage Stage, Heard Heard, ReplyFinding? Finding)
{
    /// <summary>Gets a value indicating whether it is about us, so that the next host would say the same and asking it would double the offence.</summary>
    public bool IsAboutUs => Finding?.Meaning.About() is ReplySubject.Us or ReplySubject.Sender;

    /// <summary>Gets a value indicating whether TLS failed, so that a new connection in clear may do.</summary>
    public bool IsTlsFailure => Heard is { Reply: null, Cause: LossCause.TlsFailed };

    /// <summary>Makes it the outcome of a probe.</summary>
    public ProbeOutcome ToOutcome(ProbeTrace trace) => Heard.Reply is { } reply && Finding is not null
        ? new ProbeOutcome.Refused(trace, reply, Finding)
        : new ProbeOutcome.Lost(trace, Heard.Cause);
}

/// <summary>The first half of a session: from the banner to a host that can be asked.</summary>
internal sealed class Greeting(Conversation conversation, string host, Recognition recognition, Egress egress, ProbeTimeouts timeouts, Func<ReplyContext, ReplyFinding> read)
{
    private readonly ReplyMask mask = new(null, egress.MailFrom, egress.HeloName, (egress.Address ?? conversation.Channel.LocalAddress)?.ToString());

    /// <summary>Gets the banner's text; it often tells the provider behind a vanity name.</summary>
    public string Banner { get; private set; } = string.Empty;

    /// <summary>Gets the exchanger whose replies these are read like; null where that is the host itself.</summary>
    public string? ReadAs => string.Equals(recognition.ReadAs, host, StringComparison.Ordinal) ? null : recognition.ReadAs;

    /// <summary>Gets what the last EHLO announced.</summary>
    public Capabilities Capabilities { get; private set; }

    /// <summary>Gets the TLS protocol, or null in clear.</summary>
    public string? Tls { get; private set; }

    /// <summary>Gets or sets a value indicating whether TLS is out of question on this connection: refused here, or failed on the one before.</summary>
    public bool IsTlsSpent { get; set; }

    /// <summary>Goes from the banner to the last EHLO.</summary>
    /// <param name="wantsTls">Whether TLS is spoken where it is offered.</param>
    /// <param name="demandsTls">Whether nothing is asked in clear.</param>
    /// <returns>Null when the host can be asked.</returns>
    public async ValueTask<Setback?> GreetAsync(bool wantsTls, bool demandsTls)
    {
        // :: Step 1: the whole banner, however many lines, before a byte is sent (RFC 5321 3.1).
        var banner = await conversation.HearAsync(timeouts.Banner);
        if (banner.Reply is not { Code: 220 } welcome)
            return Stop(SmtpStage.Connect, banner);
        Banner = welcome.Text;
        recognition.Hear(welcome.Text);

        // :: Step 2: EHLO, else HELO.
        if (await IntroduceAsync(SmtpStage.Connect) is { } refused)
            return refused;

        // :: Step 3: TLS where it is offered, and EHLO again.
        if (wantsTls && Capabilities.Starttls && await SecureAsync() is { } failed)
            return failed;
        return demandsTls && Tls is null ? Stop(SmtpStage.Starttls, LossCause.TlsFailed) : null;
    }

    /// <summary>STARTTLS, the handshake, EHLO again. Where the host takes its offer back, the connection goes on in clear.</summary>
    /// <returns>Null when the connection can be used.</returns>
    public async ValueTask<Setback?> SecureAsync()
    {
        IsTlsSpent = true;
        var heard = await conversation.SayAsync(conversation.Group.Of(SmtpCommand.Starttls), timeouts.Starttls);
        if (heard.Reply is null)
            return Stop(SmtpStage.Starttls, LossCause.TlsFailed);
        if (heard.Reply.Code is not 220)
            return heard.IsRefused && heard.Reply.Code is not 421 ? null : Stop(SmtpStage.Starttls, heard);

        Tls = await conversation.StartTlsAsync(host, timeouts.Starttls);
        if (Tls is null)
            return Stop(SmtpStage.Starttls, LossCause.TlsFailed);

        // What was announced in clear may be a forger's: only this EHLO counts (RFC 3207 4.2).
        return await IntroduceAsync(SmtpStage.Starttls);
    }

    /// <summary>Makes what was heard a reason to stop.</summary>
    public Setback Stop(SmtpStage stage, Heard heard)
    {
        if (heard.Reply is { Code: < 400 })
            heard = LossCause.Nonsense;
        return heard.Reply is { } reply ? new Setback(stage, Shown(reply), Read(stage, reply, null)) : new Setback(stage, heard, null);
    }

    /// <summary>Makes a reply one that may leave the session: nobody else knows from which address an egress connects that names none, so none could hide it.</summary>
    public SmtpReply Shown(SmtpReply reply) => egress.Address is null ? mask.WithoutAddress(reply) : reply;

    /// <summary>Reads a reply of this host.</summary>
    /// <param name="stage">Where it came.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="recipient">The address that was asked about, or null.</param>
    public ReplyFinding Read(SmtpStage stage, SmtpReply reply, string? recipient) =>
        read(new ReplyContext(stage, reply, recognition.ReadAs, recipient is null ? mask : mask with { Recipient = recipient }));

    private async ValueTask<Setback?> IntroduceAsync(SmtpStage before)
    {
        if (Unasked(before) is { } early)
            return early;
        var heard = await conversation.SayAsync(conversation.Group.Of(SmtpCommand.Ehlo(egress)), timeouts.Command);

        // RFC 5321 3.2: a host that does not know EHLO says so with 500 or 502. Other refusals are about our name, and HELO would say it again.
        var isUnknown = heard.Reply is { Code: 500 or 502 };
        if (isUnknown && Unasked(SmtpStage.Ehlo) is null)
            heard = await conversation.SayAsync(conversation.Group.Of(SmtpCommand.Helo(egress)), timeouts.Command);
        if (!heard.IsAccepted)
            return Stop(SmtpStage.Ehlo, heard);
        Capabilities = isUnknown ? default : Capabilities.Of(heard.Reply!);
        recognition.Hear(heard.Reply!.Text);
        return Unasked(SmtpStage.Ehlo);
    }

    // Replies that nobody asked for would be taken for answers to what is asked next.
    private Setback? Unasked(SmtpStage stage) =>
        !conversation.TryTakeUnasked(out var reply) ? null : Stop(stage, reply is { Code: 421 } ? reply : LossCause.Nonsense);
}
