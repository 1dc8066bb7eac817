using System.Collections.Concurrent;
using EmailVerify.Core.Retries;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api;

namespace EmailVerify.Host.Tests.Api;

/// <summary>Grains of mailboxes that answer as a test says. What they are asked is kept.</summary>
internal sealed class FakeEmailGrains : IGrains<IEmailGrain>
{
    public ConcurrentQueue<(string Key, EmailQuestion Question)> Questions { get; } = new();

    public ConcurrentQueue<(string Key, string CustomerId, string Id, TimeSpan Wait)> Waits { get; } = new();

    public ConcurrentQueue<(string Key, string CustomerId, string Id)> Rereads { get; } = new();

    public Action OnReread { get; set; } = static () => { };

    public Func<string, EmailQuestion, EmailAnswer?> OnVerify { get; set; } = (_, _) => null;

    public Func<string, TimeSpan, EmailAnswer?> OnWait { get; set; } = (_, _) => null;

    public IEmailGrain Get(string key) => new Grain(this, key);

    private sealed class Grain(FakeEmailGrains grains, string key) : IEmailGrain
    {
        // As a real grain's, the call ends on another thread.
        public async ValueTask<EmailAnswer?> VerifyAsync(EmailQuestion question)
        {
            await Task.Yield();
            grains.Questions.Enqueue((key, question));
            return grains.OnVerify(key, question);
        }

        public async ValueTask<EmailAnswer?> WaitAsync(string customerId, string verificationId, TimeSpan wait)
        {
            await Task.Yield();
            grains.Waits.Enqueue((key, customerId, verificationId, wait));
            return grains.OnWait(verificationId, wait);
        }

        public async ValueTask RereadAsync(string customerId, string verificationId)
        {
            await Task.Yield();
            grains.Rereads.Enqueue((key, customerId, verificationId));
            grains.OnReread();
        }

        public ValueTask RetryAsync(RetryTicket ticket) => throw new NotSupportedException();
    }
}
