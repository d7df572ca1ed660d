using Microsoft.Extensions.FileProviders;

namespace RealTimeActors.Server.LivePage;

/// <summary>Adds the pages, the live page, the explorer and the funding sheet, to a server.</summary>
public static class LivePageExtensions
{
    /// <summary>
    /// Serves the files of the pages, <c>index.html</c> at <c>/</c>, <c>explorer.html</c> also at <c>/explorer</c> and <c>sheet.html</c> also at <c>/sheet</c>. They lie beside the program,
    /// so they are found from whatever directory it is started in. Everything is checked with the server before it is used again: after an update nobody sees half
    /// an old page.
    /// </summary>
    /// <param name="app">The server; call this before the endpoints are mapped.</param>
    public static IApplicationBuilder UseLivePage(this IApplicationBuilder app)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.Use(static (http, next) =>
        {
            if (http.Request.Path.Equals("/explorer", StringComparison.OrdinalIgnoreCase))
                http.Request.Path = "/explorer.html";
            else if (http.Request.Path.Equals("/sheet", StringComparison.OrdinalIgnoreCase))
                http.Request.Path = "/sheet.html";

            return next(http);
        });
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = static file =>
            {
                var headers = file.Context.Response.Headers;
                headers.CacheControl = "no-cache";
                headers.ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
            },
        });
        return app;
    }
}
