namespace EmailVerify.Core.Replies;

/// <summary>What is ours in a dialogue, to be cut out of replies before they are read, kept or shown.</summary>
/// <param name="Recipient">The address that was asked about, or null.</param>
/// <param name="Sender">Our MAIL FROM, or null.</param>
/// <param name="HeloName">Our EHLO name, or null.</param>
/// <param name="Address">Our IP address as the server may echo it, or null.</param>
public sealed record ReplyMask(string? Recipient, string? Sender, string? HeloName, string? Address);
