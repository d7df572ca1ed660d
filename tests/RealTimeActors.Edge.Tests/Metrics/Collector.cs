using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using RealTimeActors.Edge.Tests.Support;

namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>A real OTLP receiver, over HTTP or gRPC, that keeps what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Channel<Export> _exports;

    private Collector(WebApplication application, Channel<Export> exports)
    {
        _application = application;
        _exports = exports;
        Address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    internal string Address { get; }

    internal static async Task<Collector> StartAsync(bool isGrpc)
    {
        var exports = Channel.CreateUnbounded<Export>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var application = builder.Build();
        application.Run(http => TakeAsync(http, isGrpc, exports));
        await application.StartAsync();
        return new Collector(application, exports);
    }

    /// <summary>The next export to this path that holds what is looked for.</summary>
    internal async Task<(Export Export, T Found)> NextAsync<T>(string path, Func<Export, T?> find)
        where T : class
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var export = await _exports.Reader.ReadAsync(patience.Token);
            if (export.Path == path && find(export) is { } found)
                return (export, found);
        }
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static async Task TakeAsync(HttpContext http, bool isGrpc, Channel<Export> exports)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        exports.Writer.TryWrite(new Export(
            http.Request.Path, http.Request.ContentType ?? "", http.Request.Headers["x-key"].ToString(), ProtobufField.Read(isGrpc ? bytes.AsMemory(5) : bytes)));
        if (!isGrpc)
            return;

        // An empty answer and its status, as gRPC has it.
        http.Response.ContentType = "application/grpc";
        http.Response.DeclareTrailer("grpc-status");
        await http.Response.Body.WriteAsync(new byte[5]);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>One request.</summary>
    internal sealed record Export(string Path, string ContentType, string Key, IReadOnlyList<ProtobufField> Fields)
    {
        /// <summary>Resource, scope, and the metric or span of this name (field <paramref name="nameField"/>).</summary>
        internal ProtobufField? Find(string name, int nameField) => Items.FirstOrDefault(item => item.All(nameField).Any(field => field.Text == name));

        /// <summary>All its metrics or spans.</summary>
        internal IEnumerable<ProtobufField> Items => Fields.Where(one => one.Number == 1).SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2));
    }
}
