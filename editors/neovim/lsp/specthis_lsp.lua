---@brief
---
--- specthis-lsp, the type checker for research repositories: specs, scripts, results, figures and LaTeX held to one
--- another.
---
--- Install the server with `pip install specthis-lsp`; then `vim.lsp.enable("specthis_lsp")`.
---
--- It starts in projects only: below a folder with `specthis.toml` or `specs`. A project that keeps its specs elsewhere,
--- and its settings in `pyproject.toml`, sets `root_markers`. Everything else is set in the project's own files.

---Ask for lenses anew, in buffers that have some: Neovim 0.11 knows of no such wish of a server, 0.12 does by itself.
local function renew_lenses(_, _, context)
  for buffer in pairs(vim.lsp.get_client_by_id(context.client_id).attached_buffers) do
    if #vim.lsp.codelens.get(buffer) > 0 then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
  end
  return vim.NIL
end

---Have `gq` wrap lines as ever: Neovim hands it to any server that formats parts of a file, and ours wraps no prose.
local function keep_wrapping(client, buffer)
  local others = vim.tbl_filter(function(other)
    return other.id ~= client.id
  end, vim.lsp.get_clients({ bufnr = buffer, method = "textDocument/rangeFormatting" }))
  if #others == 0 and vim.bo[buffer].formatexpr == "v:lua.vim.lsp.formatexpr()" then
    vim.api.nvim_set_option_value("formatexpr", nil, { buf = buffer })
  end
end

local knows = vim.lsp.handlers["workspace/codeLens/refresh"] ~= nil

---@type vim.lsp.Config
return {
  cmd = { "specthis-lsp", "--stdio" },
  filetypes = {
    "markdown", "tex", "plaintex", "toml", "json", "python", "make",
    "r", "rmd", "quarto", "julia", "sh", "bash", "zsh", "stata", "matlab", "perl", "lua",
  },
  root_markers = { "specthis.toml", "specs" },
  workspace_required = true,
  settings = {},
  capabilities = { workspace = { codeLens = { refreshSupport = true } } },
  handlers = not knows and { ["workspace/codeLens/refresh"] = renew_lenses } or nil,
  on_exit = vim.schedule_wrap(function(...)
    require("specthis").revive(...)
  end),
  on_attach = keep_wrapping,
}
