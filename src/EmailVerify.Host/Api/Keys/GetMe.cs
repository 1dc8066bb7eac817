using System.Text.Json;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Keys;

/// <summary>GET <c>/v1/me</c>: who asks, what they may do, and of what.</summary>
internal sealed partial class GetMe(Installation installation)
{
    private static readonly string Version = typeof(GetMe).Assembly.GetName().Version!.ToString(fieldCount: 3);

    public Task HandleAsync(HttpContext context)
    {
        JsonAnswer.Write(context.Response, Caller.Of(context), Write);
        return Task.CompletedTask;
    }

    private void Write(Utf8JsonWriter writer, in Caller caller)
    {
        writer.WriteStartObject();
        writer.WriteString("customer"u8, CustomerIds.OutOfTest(caller.CustomerId));
        writer.WriteStartObject("key"u8);
        writer.WriteString("id"u8, caller.KeyId);
        writer.WriteString("name"u8, caller.KeyName);
        writer.WriteString("prefix"u8, caller.KeyShown);
        writer.WriteEndObject();
        writer.WriteStartArray("scopes"u8);
        foreach (var scope in caller.Scopes)
            writer.WriteStringValue(scope);
        writer.WriteEndArray();
        writer.WriteBoolean("test"u8, caller.IsTest);
        writer.WriteBoolean("sandbox"u8, installation.IsSandbox);
        writer.WriteString("version"u8, Version);
        writer.WriteEndObject();
    }
}
