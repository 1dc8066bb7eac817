using System.Globalization;
using EmailVerify.Core.Retries;
using Orleans.Concurrency;

namespace EmailVerify.Grains.Retries;

/// <summary>Works off one shard of the table <c>retries</c>. Key: <see cref="RetryKey"/>.</summary>
[Alias("retry")]
public interface IRetryGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that it is awake, and looks at the table no later than a time.</summary>
    [Alias("wake"), AlwaysInterleave]
    ValueTask WakeAsync(DateTimeOffset due);
}

/// <summary>The keys of <see cref="IRetryGrain"/>.</summary>
public static class RetryKey
{
    /// <summary>Gets the key of a shard, such as <c>shard-07</c>.</summary>
    public static string Of(int shard) => string.Create(CultureInfo.InvariantCulture, $"shard-{shard:00}");

    /// <summary>Gets the shard of a key.</summary>
    public static int ShardOf(string key) => int.Parse(key.AsSpan("shard-".Length), CultureInfo.InvariantCulture);

    /// <summary>Gets the keys of all shards.</summary>
    public static IEnumerable<string> All => Enumerable.Range(0, RetryTicket.Shards).Select(Of);
}
