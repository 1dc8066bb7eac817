using EmailVerify.Grains;
using EmailVerify.Grains.Emails;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>Where the API finds the grains of mailboxes.</summary>
internal interface IEmailGrains
{
    /// <summary>Gets the grain of a key that <see cref="EmailKey"/> made.</summary>
    IEmailGrain Get(string key);
}

/// <summary>The grains of the silo.</summary>
internal sealed class OrleansEmailGrains(IGrainFactory factory) : IEmailGrains
{
    private readonly GrainReferences<IEmailGrain> references = new(factory);

    public IEmailGrain Get(string key) => references[key];
}
