using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>
/// One connection to one exchanger, from its greeting to QUIT: addresses are asked about one after another, each in a transaction of its own.
/// Used by one caller at a time.
/// </summary>
/// <remarks>The steps of a dialogue end and begin on one thread, again and again: what they are kept in while they wait is taken from a pool and given back.</remarks>
public sealed class SmtpSession : ISession, IAsyncDisposable
{
    // The target and two decoys.
    private const int MostRecipientsOfAQuestion = 3;

    private readonly Conversation conversation;
    private readonly Greeting greeting;
    private readonly StepTimer timer;
    private readonly TimeProvider clock;
    private readonly SessionSetup setup;
    private readonly long openedAt;
    private readonly int recipientLimit;
    private bool inTransaction;
    private int transactions;

    internal SmtpSession(Conversation conversation, Greeting greeting, StepTimer timer, TimeProvider clock, SessionSetup setup, Candidate candidate, long openedAt)
    {
        (this.conversation, this.greeting, this.timer, this.clock, this.setup, this.openedAt) = (conversation, greeting, timer, clock, setup, openedAt);
        (Exchanger, Address, Untried) = candidate;
        recipientLimit = Math.Max(1, setup.Policy.RecipientsPerSession);
    }

    /// <summary>Gets the exchanger that is asked.</summary>
    public Exchanger Exchanger { get; }

    /// <inheritdoc/>
    public string Host => Exchanger.Host;

    /// <inheritdoc/>
    public IPAddress Address { get; }

    /// <summary>Gets the exchangers of the route that come behind this one: where to go on when this one does not serve the domain or lacks SMTPUTF8.</summary>
    public ImmutableArray<Exchanger> Untried { get; }

    /// <summary>Gets the banner's text, hostile input; it often tells the provider behind a vanity name.</summary>
    public string Banner => greeting.Banner;

    /// <summary>Gets what the host announced.</summary>
    public Capabilities Capabilities => greeting.Capabilities;

    /// <summary>Gets the TLS protocol, such as <c>TLS 1.3</c>; null in clear.</summary>
    public string? Tls => greeting.Tls;

    /// <summary>Gets how many RCPTs were sent, decoys included.</summary>
    public int Recipients { get; private set; }

    /// <summary>Gets how many of them were refused, for now or for good; servers count both.</summary>
    public int Refusals { get; private set; }

    /// <summary>Gets why no further address can be asked, or null.</summary>
    public SessionEnding? Ending { get; private set; }

    /// <summary>Gets a value indicating whether another address can be asked.</summary>
    public bool CanContinue => Ending is null;

    private bool IsWarm => transactions > 0;

    /// <summary>Gets a value indicating whether an objection may be about the refusals before it (Postfix' hard error limit, harvest protection).</summary>
    private bool HadErrors => Refusals >= setup.Policy.ObjectsAfterRefusals();

    private bool AsksInOneGroup => setup.Policy.PipelinesRcpt && Capabilities.Pipelining;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ProbeOutcome?> AskAsync(EmailAddress target, ISessionPermits? permits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (timer.IsSpent)
            End(SessionEnd.Silence);
        if (IsWarm && permits is { WishesDecoys: true } && recipientLimit - Recipients < MostRecipientsOfAQuestion)
            End(SessionEnd.RecipientLimit);
        if (!CanContinue)
            return null;

        timer.Begin(IsWarm ? clock.GetTimestamp() : openedAt, setup.Timeouts.Whole, cancellationToken);
        try
        {
            var outcome = await AskInTransactionAsync(target, permits, cancellationToken);
            NoticeLimits();
            return outcome;
        }
        catch (OperationCanceledException)
        {
            End(SessionEnd.GivenUp);
            throw;
        }
        finally
        {
            timer.End();
        }
    }

    /// <summary>Says QUIT, unless the server has cut the connection, and closes without waiting for the reply.</summary>
    public ValueTask QuitAsync()
    {
        End(SessionEnd.Quit);
        return conversation.QuitAsync(setup.Timeouts.Quit);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => QuitAsync();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProbeOutcome?> AskInTransactionAsync(EmailAddress target, ISessionPermits? permits, CancellationToken cancellationToken)
    {
        // :: Step 1: a local part beyond ASCII goes only where it is understood (RFC 6531 3.2).
        if (target.NeedsSmtputf8 && !Capabilities.Smtputf8)
            return new ProbeOutcome.Smtputf8Missing(Trace(SmtpStage.Ehlo));

        // :: Step 2: the transaction, when the lane lets its RCPT go.
        if (permits is not null)
            await permits.PaceAsync(cancellationToken);
        var isFirst = !IsWarm;
        var heard = await BeginAsync(target);
        if (heard is null)
            return null;
        if (DemandsTls(heard.Value))
        {
            if (await SecureAsync() is { } setback)
                return setback.ToOutcome(Trace(setback.Stage));
            heard = await BeginAsync(target);
        }

        var mail = heard!.Value;
        if (!mail.IsAccepted)
        {
            if (mail.IsRefused && mail.Reply!.Code is not 421)
                await conversation.HearRestAsync(setup.Timeouts.Command);
            return EndAtMail(mail, mayAskElsewhere: !isFirst && !AsksInOneGroup);
        }

        inTransaction = true;

        // :: Step 3: the question.
        if (!AsksInOneGroup)
            Recipients++;
        var asked = clock.GetTimestamp();
        var answer = AsksInOneGroup
            ? await conversation.HearAsync(setup.Timeouts.Rcpt)
            : await conversation.SayAsync(conversation.Group.Of(SmtpCommand.RcptTo(target)), setup.Timeouts.Rcpt);
        var took = clock.GetElapsedTime(asked);
        if (!answer.IsAccepted && !answer.IsRefused)
            return !isFirst && HadErrors && answer is { Reply: null, Cause: LossCause.Cut } ? EndByErrors() : EndLost(SmtpStage.Rcpt, answer);
        var reply = answer.Reply!;
        var finding = greeting.Read(SmtpStage.Rcpt, reply, target.Canonical);
        if (!isFirst && IsServerLimit(reply, finding))
        {
            End(SessionEnd.ServerLimit, reply, finding);
            return null;
        }

        if (!isFirst && HadErrors && IsObjection(reply, finding))
            return EndByErrors(reply, finding);
        Count(reply, finding);

        // :: Step 4: what would an address be answered that cannot exist?
        if (permits is not { WishesDecoys: true } || finding.Meaning is not ReplyMeaning.MailboxExists)
            return new ProbeOutcome.Answered(Trace(SmtpStage.Rcpt), greeting.Shown(reply), finding, []) { Signs = finding.Meaning is ReplyMeaning.NoSuchMailbox ? DecoyComparison.OfRefusal(took) : Signs.None };
        var (answers, signs) = await AskDecoysAsync(target, permits, new DecoyComparison(reply, target.Canonical, took), cancellationToken);
        return new ProbeOutcome.Answered(Trace(SmtpStage.Rcpt), greeting.Shown(reply), finding, answers) { Signs = signs };
    }

    // RSET and MAIL in one group where PIPELINING is offered, MAIL and RCPT only by the provider's data, never two RCPTs (RFC 2920 3.1).
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Heard?> BeginAsync(EmailAddress target)
    {
        var mail = SmtpCommand.MailFrom(setup.Egress, target.NeedsSmtputf8);
        var resets = inTransaction;
        transactions++;
        inTransaction = false;
        if (resets && !Capabilities.Pipelining)
        {
            var reset = await conversation.SayAsync(conversation.Group.Of(SmtpCommand.Rset), setup.Timeouts.Rset);
            if (!reset.IsAccepted)
                return EndUnasked(reset);
            resets = false;
        }

        var group = resets ? conversation.Group.Of(SmtpCommand.Rset).And(mail) : conversation.Group.Of(mail);
        if (AsksInOneGroup)
        {
            group.And(SmtpCommand.RcptTo(target));
            Recipients++;
        }

        var heard = await conversation.SayAsync(group, setup.Timeouts.Command);
        if (!resets)
            return heard;
        if (heard.IsAccepted)
            return await conversation.HearAsync(setup.Timeouts.Command);
        if (heard.IsRefused && heard.Reply!.Code is not 421)
            await conversation.HearRestAsync(setup.Timeouts.Command);
        return EndUnasked(heard);
    }

    private async ValueTask<(ImmutableArray<DecoyAnswer> Answers, Signs Signs)> AskDecoysAsync(
        EmailAddress target, ISessionPermits permits, DecoyComparison comparison, CancellationToken cancellationToken)
    {
        var signs = Signs.None;
        var answers = ImmutableArray.CreateBuilder<DecoyAnswer>(MostRecipientsOfAQuestion - 1);
        while (answers.Count < answers.Capacity && Ending is null && Recipients < recipientLimit && answers.Count + 1 < (Capabilities.MaxRecipients ?? int.MaxValue))
        {
            if (await permits.DecoyAsync(answers.Count) is not { } localPart)
                break;

            // A surplus reply would be taken for the decoy's.
            if (conversation.TryTakeUnasked(out var surplus))
            {
                End(SessionEnd.Nonsense, surplus);
                break;
            }

            // A domain that leaves no room for a decoy's local part has none.
            if (!EmailAddress.TryParse($"{localPart}@{target.Domain}", out var decoy))
                break;
            await permits.PaceAsync(cancellationToken);
            Recipients++;
            var asked = clock.GetTimestamp();
            var heard = await conversation.SayAsync(conversation.Group.Of(SmtpCommand.RcptTo(decoy)), setup.Timeouts.Rcpt);
            var took = clock.GetElapsedTime(asked);
            if (!heard.IsAccepted && !heard.IsRefused)
            {
                _ = EndLost(SmtpStage.Rcpt, heard);
                break;
            }

            var finding = greeting.Read(SmtpStage.Rcpt, heard.Reply!, decoy.Canonical);
            answers.Add(new DecoyAnswer(greeting.Shown(heard.Reply!), finding));
            signs |= comparison.With(heard.Reply!, decoy.Canonical, took);
            Count(heard.Reply!, finding);
            if (!heard.IsAccepted)
                break;
        }

        return (answers.DrainToImmutable(), DecoyComparison.Together(signs));
    }

    private bool DemandsTls(Heard mail) =>
        Tls is null && mail.Reply is { Code: 530 } reply && reply.Text.Contains("TLS", StringComparison.OrdinalIgnoreCase);

    // RFC 3207 4: 530 5.7.0 "Must issue a STARTTLS command first".
    private async ValueTask<Setback?> SecureAsync()
    {
        await conversation.HearRestAsync(setup.Timeouts.Command);
        var setback = Capabilities.Starttls && !greeting.IsTlsSpent ? await greeting.SecureAsync() : null;
        if (setback is null && Tls is null)
            setback = greeting.Stop(SmtpStage.Starttls, LossCause.TlsFailed);
        if (setback is { Heard.Reply: { } reply })
            End(SessionEnd.ClosedByServer, reply, setback.Finding);
        else if (setback is not null)
            End(EndOf(setback.Heard.Cause));
        return setback;
    }

    private ProbeOutcome? EndAtMail(Heard mail, bool mayAskElsewhere)
    {
        if (!mail.IsRefused)
            return mayAskElsewhere && mail.Reply is null ? EndUnaskedOutcome(mail) : EndLost(SmtpStage.Mail, mail);
        var reply = mail.Reply!;
        var finding = greeting.Read(SmtpStage.Mail, reply, null);
        if (mayAskElsewhere && HadErrors && IsObjection(reply, finding))
            return EndByErrors(reply, finding);
        var isLimit = IsServerLimit(reply, finding);
        End(reply.Code is 421 ? SessionEnd.ClosedByServer : isLimit ? SessionEnd.ServerLimit : SessionEnd.MailRefused, reply, finding);
        return mayAskElsewhere && (reply.Code is 421 || isLimit) ? null : new ProbeOutcome.Refused(Trace(SmtpStage.Mail), greeting.Shown(reply), finding);
    }

    private ProbeOutcome.Lost EndLost(SmtpStage stage, Heard heard)
    {
        var cause = heard.Reply is null ? heard.Cause : LossCause.Nonsense;
        End(EndOf(cause), heard.Reply);
        return new ProbeOutcome.Lost(Trace(stage), cause);
    }

    private Heard? EndUnasked(Heard heard)
    {
        if (heard.Reply is { } reply)
            End(reply.Code is 421 ? SessionEnd.ClosedByServer : SessionEnd.Nonsense, reply, greeting.Read(SmtpStage.Mail, reply, null));
        else
            End(EndOf(heard.Cause));
        return null;
    }

    private ProbeOutcome? EndUnaskedOutcome(Heard heard)
    {
        _ = EndUnasked(heard);
        return null;
    }

    private void Count(SmtpReply reply, ReplyFinding finding)
    {
        if (!reply.IsPositive)
            Refusals++;
        if (reply.Code is 421)
            End(SessionEnd.ClosedByServer, reply, finding);
        else if (IsServerLimit(reply, finding))
            End(SessionEnd.ServerLimit, reply, finding);
    }

    // RFC 5321 4.5.3.1.10: 452, or 552 where 452 was meant; RFC 3463 3.6: X.5.3, too many recipients.
    private static bool IsServerLimit(SmtpReply reply, ReplyFinding finding) =>
        !reply.IsPositive && (reply.Enhanced is { Subject: 5, Detail: 3 } || (reply.Code is 452 or 552 && finding.Meaning is ReplyMeaning.RateLimited));

    // About us, our sender or our rate, or the end of the session. A stranger is put off and a mailbox refused whatever came before.
    private static bool IsObjection(SmtpReply reply, ReplyFinding finding) =>
        !reply.IsPositive && (reply.Code is 421 || finding is { Meaning: ReplyMeaning.PolicyBlocked or ReplyMeaning.SenderRejected } or { Meaning: ReplyMeaning.RateLimited, IsOfRecipient: false });

    private ProbeOutcome? EndByErrors(SmtpReply? reply = null, ReplyFinding? finding = null)
    {
        End(SessionEnd.ErrorLimit, reply, finding);
        return null;
    }

    private void NoticeLimits()
    {
        if (Ending is null && conversation.TryTakeUnasked(out var unasked))
        {
            if (unasked is { Code: 421 })
                End(SessionEnd.ClosedByServer, unasked, greeting.Read(SmtpStage.Unknown, unasked, null));
            else
                End(SessionEnd.Nonsense, unasked);
        }

        if (Refusals >= setup.Policy.RefusalsPerSession)
            End(SessionEnd.RefusalLimit);
        if (Recipients >= recipientLimit || transactions >= (Capabilities.MaxTransactions ?? int.MaxValue))
            End(SessionEnd.RecipientLimit);
    }

    private void End(SessionEnd cause, SmtpReply? reply = null, ReplyFinding? finding = null) => Ending ??= new SessionEnding(cause, reply, finding);

    private static SessionEnd EndOf(LossCause cause) => cause switch
    {
        LossCause.NoConnect or LossCause.Cut => SessionEnd.Cut,
        LossCause.Silence => SessionEnd.Silence,
        LossCause.Nonsense => SessionEnd.Nonsense,
        LossCause.TlsFailed => SessionEnd.TlsFailed,
        LossCause.ProxyFailed => throw new ArgumentOutOfRangeException(nameof(cause), cause, "No session came to be."),
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "Not a cause."),
    };

    private ProbeTrace Trace(SmtpStage stage) =>
        new(clock.GetUtcNow(), stage, Exchanger.Host, Address, setup.Egress.Name, Tls, timer.Elapsed) { ReadAs = greeting.ReadAs };
}
