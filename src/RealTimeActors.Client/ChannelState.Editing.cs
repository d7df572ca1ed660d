using System.Text.Json;
using RealTimeActors.Client.Running;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Client;

// Every edit ends when it is kept and seen; its outcome comes when the server has answered.
public sealed partial class ChannelState
{
    /// <summary>Changes the fields that <paramref name="patch"/> names, and leaves the others (RFC 7396): <c>new { Amount = 5 }</c>. A field that is null in it is taken out.</summary>
    /// <param name="key">Which entry; it comes to be where there is none.</param>
    /// <param name="patch">What is to be changed.</param>
    /// <param name="options">What is demanded; null: nothing.</param>
    /// <param name="cancellationToken">Gives up waiting; the edit may be made all the same.</param>
    /// <returns>The edit, which is seen already.</returns>
    /// <exception cref="RealTimeException">It was not made: too many wait, it is too large, it could not be kept, or the client is closed.</exception>
    public Task<StateEdit> MergeAsync<T>(string key, T patch, EditOptions? options = null, CancellationToken cancellationToken = default) =>
        EditAsync(key, "merge", Serialize(patch), options, cancellationToken);

    /// <summary>Replaces the whole value.</summary>
    /// <inheritdoc cref="MergeAsync" path="/returns|/exception"/>
    public Task<StateEdit> SetAsync<T>(string key, T value, EditOptions? options = null, CancellationToken cancellationToken = default) =>
        EditAsync(key, "set", Serialize(value), options, cancellationToken);

    /// <summary>Takes the entry out.</summary>
    /// <inheritdoc cref="MergeAsync" path="/returns|/exception"/>
    public Task<StateEdit> DeleteAsync(string key, EditOptions? options = null, CancellationToken cancellationToken = default) =>
        EditAsync(key, "delete", default, options, cancellationToken);

    /// <summary>Adds to numbers: <c>new { Votes = 1 }</c>. Counted once, however often it has to be sent, and whatever others add meanwhile.</summary>
    /// <inheritdoc cref="MergeAsync" path="/returns|/exception"/>
    public Task<StateEdit> IncrementAsync<T>(string key, T fields, EditOptions? options = null, CancellationToken cancellationToken = default) =>
        EditAsync(key, "increment", Serialize(fields), options, cancellationToken);

    /// <summary>Adds members to sets: <c>new { Tags = new[] { "urgent" } }</c>.</summary>
    /// <inheritdoc cref="MergeAsync" path="/returns|/exception"/>
    public Task<StateEdit> AddAsync<T>(string key, T fields, EditOptions? options = null, CancellationToken cancellationToken = default) =>
        EditAsync(key, "add", Serialize(fields), options, cancellationToken);

    /// <summary>Takes members out of sets: <c>new { Tags = new[] { "urgent" } }</c>.</summary>
    /// <inheritdoc cref="MergeAsync" path="/returns|/exception"/>
    public Task<StateEdit> RemoveAsync<T>(string key, T fields, EditOptions? options = null, CancellationToken cancellationToken = default) =>
        EditAsync(key, "remove", Serialize(fields), options, cancellationToken);

    /// <summary>Any operation (<c>merge</c>, <c>set</c>, <c>delete</c>, <c>increment</c>, <c>add</c>, <c>remove</c>), with a value that is JSON in UTF-8 already; empty for <c>delete</c>.</summary>
    /// <inheritdoc cref="MergeAsync" path="/returns|/exception"/>
    /// <exception cref="ArgumentException">There is no such operation, or the value is not one JSON value.</exception>
    public async Task<StateEdit> EditAsync(string key, string operation, ReadOnlyMemory<byte> value, EditOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (operation is not ("merge" or "set" or "delete" or "increment" or "add" or "remove"))
            throw new ArgumentException($"merge, set, delete, increment, add or remove is expected; {operation} came.", nameof(operation));
        if (options?.IfVersion < 0)
            throw new ArgumentException($"A version of 0 or more is expected; {options.IfVersion} came.", nameof(options));

        byte[]? compact = [];
        if (operation == "delete" ? !value.IsEmpty : !JsonText.TryCompact(value.Span, out compact, out _))
            throw new ArgumentException(operation == "delete" ? "No value is expected for delete; one came." : FaultOf(value), nameof(value));

        var call = new EditCall(new ClientFrame.Mutate { Channel = Channel, Key = key, Operation = operation, Value = compact, IfVersion = options?.IfVersion });
        if (!await _loop.PostAsync(new ClientInput(InputKind.Edit, call), cancellationToken))
            throw new RealTimeException(Machine.RejectReason.Closed, "The client is closed.");

        return await call.Shown.WaitAsync(cancellationToken);
    }

    private byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _json);

    private static string FaultOf(ReadOnlyMemory<byte> value)
    {
        JsonText.TryCompact(value.Span, out _, out var error);
        return error ?? "A JSON value is expected.";
    }
}
