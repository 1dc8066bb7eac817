using System.Buffers;
using System.Text.Json;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Sessions;

/// <summary>The body of POST <c>/sign-in</c>: a key or a code.</summary>
/// <param name="Secret">The key, or the code.</param>
/// <param name="IsCode">Whether it is a code.</param>
internal sealed record SignInRequest(string Secret, bool IsCode)
{
    /// <summary>How long a body may be, in octets: a key of 512 characters, each escaped, fits.</summary>
    public const int MaxBody = 4 * 1024;

    private const string OneDetail = "Give either the member key or the member code.";

    /// <summary>Reads a body.</summary>
    public static Parsed<SignInRequest> Parse(ReadOnlySequence<byte> body) => JsonBody.Parse(body, Read);

    /// <summary>Says that the secret is never shown.</summary>
    public override string ToString() => nameof(SignInRequest);

    private static SignInRequest? Read(JsonElement body, BodyErrors errors)
    {
        if (!errors.IsObject(body))
            return null;
        errors.Others(body, "key", "code");
        var key = errors.Text(body, string.Empty, "key", ApiKeyText.MaxLength, "The member key is a string of at most 512 characters.");
        var code = errors.Text(body, string.Empty, "code", ApiKeyText.MaxLength, "The member code is a string of at most 512 characters.");
        if (errors.Problem is not null)
            return null;
        if (key is null == code is null)
        {
            errors.Wrong(string.Empty, key is null ? "required" : "invalid", OneDetail);
            return null;
        }

        return new SignInRequest(key ?? code!, IsCode: key is null);
    }
}
