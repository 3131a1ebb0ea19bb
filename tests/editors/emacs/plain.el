(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((markdown-mode gfm-mode latex-mode makefile-gmake-mode makefile-bsdmake-mode)
                 . ("specthis-lsp" "--stdio"))))
(add-hook 'markdown-mode-hook #'eglot-ensure)
(add-hook 'latex-mode-hook #'eglot-ensure)
