using System.Buffers;
using System.Net;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Hammer.Links;

/// <summary>The session protocol over plain HTTP: frames go up by POST, and their answers are its answer.</summary>
internal sealed class UpLink(Uri server, string channel) : IStateLink
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server };
    private string? _session;
    private long _lastId;

    public async Task<Seen> ReadAsync(CancellationToken cancellationToken)
        => FrameAnswers.SeenOf(await AskAsync(FrameAnswers.Read(++_lastId, channel), cancellationToken));

    public async Task<Outcome> CompareAndSetAsync(long version, string value, string mutationId, CancellationToken cancellationToken)
        => FrameAnswers.OutcomeOf(await AskAsync(FrameAnswers.CompareAndSet(++_lastId, channel, version, value, mutationId), cancellationToken));

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ServerFrame> AskAsync(ClientFrame question, CancellationToken cancellationToken)
    {
        try
        {
            if (_session is null)
            {
                var welcome = (ServerFrame.Welcome)await PostAsync(new ClientFrame.Hello { Id = ++_lastId, Client = "hammer/1" }, cancellationToken);
                _session = $"{welcome.Session.Id}; {welcome.Session.Key}";
            }

            return await PostAsync(question, cancellationToken);
        }
        catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException or LinkException)
        {
            _session = null;
            throw broken as LinkException ?? new LinkException(broken.Message, broken);
        }
    }

    private async Task<ServerFrame> PostAsync(ClientFrame question, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>();
        FrameCodecs.Json.Encode(question, line);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/up") { Content = new ByteArrayContent(line.WrittenSpan.ToArray()) };
        if (_session is not null)
            request.Headers.TryAddWithoutValidation("Realtime-Session", _session);

        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (response.StatusCode is HttpStatusCode.Gone or HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable)
            throw new LinkException($"The server answered {(int)response.StatusCode}: the session has no connection there any more.");

        var frames = new List<ServerFrame>();
        return response.IsSuccessStatusCode && FrameCodecs.Json.TryDecodeServer(body, frames)
            ? frames.Find(frame => frame.Id == question.Id) ?? throw new LinkException("The connection ended before the answer.")
            : throw new InvalidOperationException($"Frames are expected; {(int)response.StatusCode} came.");
    }
}
