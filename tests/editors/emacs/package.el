;;; package.el --- That the package is well made  -*- lexical-binding: t; -*-

;;; Code:

(load (expand-file-name "cases" (file-name-directory load-file-name)))
(require 'checkdoc)
(require 'package)

(defvar proof-source (expand-file-name "~/src/specthis-lsp/editors/emacs/specthis-eglot.el"))

(proof-case "it is compiled without a warning"
  (let ((byte-compile-error-on-warn t))
    (unless (byte-compile-file proof-source) (error "%s" (with-current-buffer "*Compile-Log*" (buffer-string)))))
  (delete-file (concat proof-source "c")))

(proof-case "its documentation is as Emacs wants it"
  (let (wrong) ; checkdoc warns of each finding
    (cl-letf (((symbol-function 'warn) (lambda (format &rest values) (push (apply #'format format values) wrong))))
      (checkdoc-file proof-source))
    (kill-buffer (find-buffer-visiting proof-source))
    (when wrong (error "%s" wrong))))

(proof-case "it is installed as a package, and its commands are known without loading it"
  (setq package-user-dir (make-temp-file "elpa" t)
        package-archives nil)
  (package-initialize)
  (package-install-file proof-source)
  (dolist (command '(specthis-eglot-ensure specthis-eglot-check specthis-eglot-debug))
    (unless (autoloadp (symbol-function command)) (error "%s is not" command))))

(proof-end)
;;; package.el ends here
